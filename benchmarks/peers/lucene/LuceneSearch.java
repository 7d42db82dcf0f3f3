import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.MMapDirectory;

/**
 * Answers queries from standard input, a line of JSON each, with a line of JSON each.
 *
 * <p>Argument: the folder of the index. A query is {@code {"node": …, "region": …, "year": …}};
 * region and year are empty where there is no filter. A node is an array: {@code ["term", text]},
 * {@code ["prefix", text]}, {@code ["phrase", token…]}, {@code ["and", node…]}, {@code ["or",
 * node…]}, {@code ["without", keep, drop]}. An answer has {@code nanoseconds}: from the parsed JSON
 * of the query to counts and documents in memory.
 */
public final class LuceneSearch {
    private static final int HITS = 10;
    /** Below this estimate of matches, one pass that scores is faster than two of which one skips. */
    private static final long FEW = 5_000;
    /** From this estimate of matches on, a search is worth more than one thread, */
    private static final long MANY = 100_000;
    /** each for this number of documents or more; that is Lucene's own default. */
    private static final int DOCUMENTS_PER_THREAD = 250_000;

    private final IndexReader reader;
    private final Facets facets;
    private final IndexSearcher oneThread;
    private final IndexSearcher threads;
    private final List<Facets.Counts> rooms = new ArrayList<>();

    private LuceneSearch(Path folder, ExecutorService executor) throws IOException {
        reader = DirectoryReader.open(new MMapDirectory(folder));
        facets = new Facets(folder);
        oneThread = new IndexSearcher(reader);
        threads = new IndexSearcher(reader, executor) {
            @Override
            protected LeafSlice[] slices(List<LeafReaderContext> leaves) {
                return slices(leaves, DOCUMENTS_PER_THREAD, leaves.size(), true);
            }
        };
        // A filter or a count that is asked for again is counted again: what is measured is search.
        oneThread.setQueryCache(null);
        threads.setQueryCache(null);
    }

    public static void main(String[] arguments) throws IOException {
        InputStreamReader bytes = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        OutputStreamWriter out = new OutputStreamWriter(System.out, StandardCharsets.UTF_8);
        Gson gson = new Gson();
        try (ExecutorService executor = Executors.newFixedThreadPool(
                    Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
                BufferedReader queries = new BufferedReader(bytes);
                BufferedWriter answers = new BufferedWriter(out)) {
            LuceneSearch search = new LuceneSearch(Path.of(arguments[0]), executor);
            for (String line = queries.readLine(); line != null; line = queries.readLine()) {
                JsonObject query = JsonParser.parseString(line).getAsJsonObject();
                long began = System.nanoTime();
                Answer answer = search.answer(
                    query.getAsJsonArray("node"),
                    query.get("region").getAsString(),
                    query.get("year").getAsString()
                );
                answers.write(gson.toJson(answer.timed(System.nanoTime() - began)));
                answers.newLine();
                answers.flush();
            }
        }
    }

    private record Answer(
        long total, int[] top, Map<String, Map<String, Integer>> facets, long nanoseconds
    ) {
        Answer timed(long nanoseconds) {
            return new Answer(total, top, facets, nanoseconds);
        }
    }

    /** Counts and best documents of all parts that a search was cut into. */
    private record Found(Facets.Counts counts, TopDocs best) { }

    private Answer answer(JsonArray node, String region, String year) throws IOException {
        Query query = parse(node);
        List<Query> filters = new ArrayList<>();
        if (!region.isEmpty()) {
            filters.add(new TermQuery(new Term("region", region)));
        }
        if (!year.isEmpty()) {
            filters.add(new TermQuery(new Term("year", year)));
        }
        int[] regions = facets.accepted(Facets.REGION, region);
        int[] years = facets.accepted(Facets.YEAR, year);
        long matches = estimate(query);
        // Every thread would find the terms of a prefix, and all their documents, for itself.
        boolean isSmall = matches < MANY || has(query, PrefixQuery.class);
        IndexSearcher searcher = isSmall ? oneThread : threads;
        // A phrase costs so much to match that it is matched once, even if all matches are scored.
        boolean onePass = matches < FEW || has(query, PhraseQuery.class);
        Counting counting = new Counting(regions, years, onePass);
        Found found = searcher.search(counted(query, filters), counting);
        TopDocs best = onePass ? found.best : searcher.search(
            filtered(query, filters), new TopScoreDocCollectorManager(HITS, null, HITS)
        );
        Answer answer = new Answer(found.counts.total, documents(best), found.counts.byValue(), 0);
        rooms.addAll(counting.rooms);
        return answer;
    }

    private static int[] documents(TopDocs best) {
        return Arrays.stream(best.scoreDocs).mapToInt((ScoreDoc hit) -> hit.doc).toArray();
    }

    private static Query parse(JsonArray node) {
        String kind = node.get(0).getAsString();
        return switch (kind) {
            case "term" -> new TermQuery(new Term("words", node.get(1).getAsString()));
            case "prefix" -> new PrefixQuery(new Term("words", node.get(1).getAsString()));
            case "phrase" -> phrase(node);
            case "and" -> bool(node, Occur.MUST, Occur.MUST);
            case "or" -> bool(node, Occur.SHOULD, Occur.SHOULD);
            case "without" -> bool(node, Occur.MUST, Occur.MUST_NOT);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Query phrase(JsonArray node) {
        PhraseQuery.Builder builder = new PhraseQuery.Builder();
        for (int at = 1; at < node.size(); at++) {
            builder.add(new Term("exact", node.get(at).getAsString()));
        }
        PhraseQuery phrase = builder.build();
        return phrase.getTerms().length == 1 ? new TermQuery(phrase.getTerms()[0]) : phrase;
    }

    private static Query bool(JsonArray node, Occur first, Occur others) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (int at = 1; at < node.size(); at++) {
            JsonElement part = node.get(at);
            builder.add(parse(part.getAsJsonArray()), at == 1 ? first : others);
        }
        return builder.build();
    }

    private static Query filtered(Query query, List<Query> filters) {
        if (filters.isEmpty()) {
            return query;
        }
        BooleanQuery.Builder builder = new BooleanQuery.Builder().add(query, Occur.MUST);
        filters.forEach(filter -> builder.add(filter, Occur.FILTER));
        return builder.build();
    }

    /** What some count needs: documents that fail no two filters. */
    private static Query counted(Query query, List<Query> filters) {
        if (filters.size() < 2) {
            return query;
        }
        BooleanQuery.Builder either = new BooleanQuery.Builder();
        filters.forEach(filter -> either.add(filter, Occur.SHOULD));
        return filtered(query, List.of(either.build()));
    }

    /** An upper bound of the number of matches, from document frequencies. */
    private long estimate(Query query) throws IOException {
        switch (query) {
            case TermQuery term -> {
                return reader.docFreq(term.getTerm());
            }
            case PhraseQuery phrase -> {
                long rarest = Long.MAX_VALUE;
                for (Term term : phrase.getTerms()) {
                    rarest = Math.min(rarest, reader.docFreq(term));
                }
                return rarest;
            }
            case BooleanQuery bool -> {
                long rarest = Long.MAX_VALUE;
                long sum = 0;
                for (BooleanClause clause : bool) {
                    if (clause.occur() == Occur.SHOULD) {
                        sum += estimate(clause.query());
                    } else if (clause.occur() == Occur.MUST) {
                        rarest = Math.min(rarest, estimate(clause.query()));
                    }
                }
                return rarest < Long.MAX_VALUE ? rarest : sum;
            }
            default -> {
                return reader.maxDoc();
            }
        }
    }

    private static boolean has(Query query, Class<? extends Query> kind) {
        return kind.isInstance(query) || query instanceof BooleanQuery bool
            && bool.clauses().stream().anyMatch(clause -> has(clause.query(), kind));
    }

    /** Makes collectors that count, and in one pass with that also keep the best. */
    private final class Counting implements CollectorManager<FacetCollector, Found> {
        private final int[] regions;
        private final int[] years;
        private final TopScoreDocCollectorManager best;
        /** What the collectors count in; free for others once the answer is made. */
        private final List<Facets.Counts> rooms = new ArrayList<>();

        Counting(int[] regions, int[] years, boolean onePass) {
            this.regions = regions;
            this.years = years;
            int exact = Integer.MAX_VALUE;
            best = onePass ? new TopScoreDocCollectorManager(HITS, null, exact) : null;
        }

        @Override
        public FacetCollector newCollector() {
            List<Facets.Counts> free = LuceneSearch.this.rooms;
            Facets.Counts counts = free.isEmpty() ? facets.new Counts() : free.removeLast();
            counts.clear(regions, years);
            rooms.add(counts);
            return best == null
                ? new FacetCollector.Bulk(counts)
                : new FacetCollector.Scoring(counts, best.newCollector());
        }

        @Override
        public Found reduce(Collection<FacetCollector> collectors) throws IOException {
            Facets.Counts counts = rooms.getFirst();
            rooms.stream().skip(1).forEach(counts::merge);
            List<TopScoreDocCollector> hits = new ArrayList<>();
            for (FacetCollector collector : collectors) {
                if (collector instanceof FacetCollector.Scoring scoring) {
                    hits.add(scoring.best);
                }
            }
            return new Found(counts, best == null ? null : best.reduce(hits));
        }
    }
}
