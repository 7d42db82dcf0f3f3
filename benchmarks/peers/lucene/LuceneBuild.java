import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.store.MMapDirectory;

/**
 * Builds an index of one segment from paragraphs on standard input.
 *
 * <p>Argument: the folder of the index. A line is a paragraph, in fields separated by tabs: the
 * tokens of both fields, joined by blanks; its text; its codes of region, year and themes; and the
 * values of each of these three, joined by U+001F. A paragraph's number is that of its document:
 * segments next to each other are merged, which keeps the order.
 */
public final class LuceneBuild {
    private static final double BUFFER = 512; // MiB of postings before they are written
    private static final int LONGEST = 1 << 15; // characters of a token

    public static void main(String[] arguments) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer(LONGEST));
        config.setRAMBufferSizeMB(BUFFER);
        config.setMergePolicy(new LogDocMergePolicy());
        InputStreamReader bytes = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        try (MMapDirectory directory = new MMapDirectory(Path.of(arguments[0]));
                IndexWriter writer = new IndexWriter(directory, config);
                BufferedReader lines = new BufferedReader(bytes, 1 << 20)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writer.addDocument(document(line.split("\t", -1)));
            }
            writer.forceMerge(1);
            writer.commit();
        }
    }

    private static Document document(String[] fields) {
        Document document = new Document();
        document.add(new Field("words", fields[0], WORDS));
        document.add(new TextField("exact", fields[1], Field.Store.NO));
        document.add(new StoredField("text", fields[2]));
        int[] codes = new int[Facets.NAMES.length];
        for (int facet = 0; facet < codes.length; facet++) {
            codes[facet] = Integer.parseInt(fields[3 + facet]);
            for (String value : fields[6 + facet].split("\u001f")) {
                document.add(new StringField(Facets.NAMES[facet], value, Field.Store.NO));
            }
        }
        document.add(new NumericDocValuesField(Facets.FIELD, Facets.pack(codes)));
        return document;
    }

    /** Frequencies and lengths, without positions. */
    private static final FieldType WORDS = new FieldType(TextField.TYPE_NOT_STORED);

    static {
        WORDS.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        WORDS.freeze();
    }
}
