import java.io.IOException;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.DocIdStream;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TopScoreDocCollector;

/** Counts facets while a query is run over the one segment there is. */
abstract class FacetCollector implements Collector, LeafCollector {
    final Facets.Counts counts;
    NumericDocValues codes;

    private FacetCollector(Facets.Counts counts) {
        this.counts = counts;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
        codes = context.reader().getNumericDocValues(Facets.FIELD);
        return this;
    }

    /** Counts without scores, so that matching runs in bulk too. */
    static final class Bulk extends FacetCollector {
        private static final int SIZE = 256;
        private final int[] documents = new int[SIZE];
        private final long[] packed = new long[SIZE];
        private int size;

        Bulk(Facets.Counts counts) {
            super(counts);
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }

        @Override
        public void setScorer(Scorable scorer) { }

        @Override
        public void collect(int document) throws IOException {
            documents[size++] = document;
            if (size == SIZE) {
                finish();
            }
        }

        @Override
        public void collect(DocIdStream stream) throws IOException {
            finish();
            while ((size = stream.intoArray(documents)) > 0) {
                finish();
            }
        }

        @Override
        public void finish() throws IOException {
            codes.longValues(size, documents, packed, 0);
            counts.addAll(packed, size);
            size = 0;
        }
    }

    /** Counts document by document, and scores those that pass the filters. */
    static final class Scoring extends FacetCollector {
        final TopScoreDocCollector best;
        private LeafCollector leaf;

        Scoring(Facets.Counts counts, TopScoreDocCollector best) {
            super(counts);
            this.best = best;
        }

        @Override
        public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
            leaf = best.getLeafCollector(context);
            return super.getLeafCollector(context);
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE;
        }

        @Override
        public void setScorer(Scorable scorer) throws IOException {
            leaf.setScorer(scorer);
        }

        @Override
        public void collect(int document) throws IOException {
            codes.advanceExact(document);
            if (counts.add(codes.longValue())) {
                leaf.collect(document);
            }
        }
    }
}
