import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.google.gson.Gson;

/**
 * The facet values of an index. A document has one code for its region path, one for its year and
 * one for its set of themes, packed in one number of one doc values field, so that counting reads
 * one number a document. Codes are added up to the values of every level in the end.
 */
final class Facets {
    static final String[] NAMES = {"region", "year", "theme"};
    static final String FIELD = "codes";
    static final int REGION = 0;
    static final int YEAR = 1;
    static final int THEME = 2;
    private static final int[] BITS = {12, 8, 16};
    private static final int[] SHIFT = {24, 16, 0};

    private final String[][] values = new String[NAMES.length][];
    /** By facet and code: which values a document of this code counts for. */
    private final int[][][] valuesOfCode = new int[NAMES.length][][];
    private final List<Map<String, int[]>> accepted =
        List.of(new HashMap<>(), new HashMap<>(), new HashMap<>());

    /** Reads the codes from {@code codes.json}: for each facet, values joined by line ends. */
    Facets(Path folder) throws IOException {
        String json = Files.readString(folder.resolve("codes.json"));
        String[][] codes = new Gson().fromJson(json, String[][].class);
        for (int facet = 0; facet < NAMES.length; facet++) {
            Map<String, Integer> numbers = new LinkedHashMap<>();
            valuesOfCode[facet] = new int[codes[facet].length][];
            for (int code = 0; code < codes[facet].length; code++) {
                valuesOfCode[facet][code] = Arrays.stream(codes[facet][code].split("\n"))
                    .mapToInt(value -> numbers.computeIfAbsent(value, any -> numbers.size()))
                    .toArray();
            }
            values[facet] = numbers.keySet().toArray(String[]::new);
        }
    }

    static long pack(int[] codes) {
        long packed = 0;
        for (int facet = 0; facet < codes.length; facet++) {
            if (codes[facet] >= 1 << BITS[facet]) {
                throw new IllegalArgumentException("too many values of " + NAMES[facet]);
            }
            packed |= (long) codes[facet] << SHIFT[facet];
        }
        return packed;
    }

    /** By code: 1 where it counts for {@code value}, else 0; all 1 where {@code value} is empty. */
    int[] accepted(int facet, String value) {
        return accepted.get(facet).computeIfAbsent(value, any -> computeAccepted(facet, value));
    }

    private int[] computeAccepted(int facet, String value) {
        int[] accepted = new int[valuesOfCode[facet].length];
        for (int code = 0; code < accepted.length; code++) {
            for (int number : valuesOfCode[facet][code]) {
                if (value.isEmpty() || values[facet][number].equals(value)) {
                    accepted[code] = 1;
                }
            }
        }
        return accepted;
    }

    /** Room for the counts of one search; {@code clear} makes it as new. */
    final class Counts {
        /** Documents in the region and the year that were asked for. */
        long total;
        private int[] regions;
        private int[] years;
        private final int[][] counts = new int[NAMES.length][];
        /** The codes counted so far, one facet after the other, unless {@code everyCode}. */
        private final int[][] seen = new int[NAMES.length][];
        private final int[] seenSize = new int[NAMES.length];
        private boolean everyCode;

        Counts() {
            for (int facet = 0; facet < NAMES.length; facet++) {
                counts[facet] = new int[valuesOfCode[facet].length];
                seen[facet] = new int[valuesOfCode[facet].length];
            }
        }

        /** Begin a search; the arrays are what {@code accepted} returns for region and year. */
        void clear(int[] regions, int[] years) {
            this.regions = regions;
            this.years = years;
            total = 0;
            for (int facet = 0; facet < NAMES.length; facet++) {
                if (everyCode) {
                    Arrays.fill(counts[facet], 0);
                }
                for (int at = 0; at < seenSize[facet]; at++) {
                    counts[facet][seen[facet][at]] = 0;
                }
                seenSize[facet] = 0;
            }
            everyCode = false;
        }

        /** Count a document, drill-sideways; returns whether it is in the region and the year. */
        boolean add(long packed) {
            int region = code(packed, REGION);
            int year = code(packed, YEAR);
            if (years[year] == 1) {
                count(REGION, region);
            }
            if (regions[region] == 1) {
                count(YEAR, year);
            }
            if (years[year] + regions[region] < 2) {
                return false;
            }
            count(THEME, code(packed, THEME));
            total++;
            return true;
        }

        private void count(int facet, int code) {
            if (counts[facet][code]++ == 0) {
                seen[facet][seenSize[facet]++] = code;
            }
        }

        /** Count many documents, of which those in a row mostly share their report's values. */
        void addAll(long[] packed, int size) {
            for (int begin = 0, end = 0; begin < size; begin = end) {
                long report = packed[begin] >>> SHIFT[YEAR];
                while (end < size && packed[end] >>> SHIFT[YEAR] == report) {
                    end++;
                }
                int region = code(packed[begin], REGION);
                int year = code(packed[begin], YEAR);
                counts[REGION][region] += years[year] * (end - begin);
                counts[YEAR][year] += regions[region] * (end - begin);
                if (years[year] + regions[region] == 2) {
                    for (int at = begin; at < end; at++) {
                        counts[THEME][code(packed[at], THEME)]++;
                    }
                    total += end - begin;
                }
            }
            everyCode |= size > 0;
        }

        private static int code(long packed, int facet) {
            return (int) (packed >>> SHIFT[facet]) & (1 << BITS[facet]) - 1;
        }

        /** Add the counts of another part of the same search. */
        void merge(Counts other) {
            for (int facet = 0; facet < NAMES.length; facet++) {
                for (int code = 0; code < counts[facet].length; code++) {
                    counts[facet][code] += other.counts[facet][code];
                }
            }
            total += other.total;
            everyCode = true;
        }

        /** Counts by facet and value, none of them 0. */
        Map<String, Map<String, Integer>> byValue() {
            Map<String, Map<String, Integer>> facets = new HashMap<>();
            for (int facet = 0; facet < NAMES.length; facet++) {
                int[] sums = new int[values[facet].length];
                int size = everyCode ? counts[facet].length : seenSize[facet];
                for (int at = 0; at < size; at++) {
                    int code = everyCode ? at : seen[facet][at];
                    int count = counts[facet][code];
                    if (count != 0) {
                        for (int value : valuesOfCode[facet][code]) {
                            sums[value] += count;
                        }
                    }
                }
                Map<String, Integer> byValue = new HashMap<>();
                for (int value = 0; value < sums.length; value++) {
                    if (sums[value] != 0) {
                        byValue.put(values[facet][value], sums[value]);
                    }
                }
                facets.put(NAMES[facet], byValue);
            }
            return facets;
        }
    }
}
