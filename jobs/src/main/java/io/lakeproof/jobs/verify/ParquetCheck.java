package io.lakeproof.jobs.verify;

import io.lakeproof.aws.S3Failures;
import io.lakeproof.error.Causes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads a Parquet file whole, without decoding its values (apache/parquet-format, README.md, "File format" and
 * "Checksumming"): a byte that is not what was written breaks the checksum of a page, the compression or a count. Bytes that
 * nothing protects are those of footers, page headers and indexes; what they change of the rows a digest finds.
 */
final class ParquetCheck {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private ParquetCheck() {}

    /**
     * What is wrong with a file, in words; empty if nothing is.
     *
     * @param length bytes that it should have; -1 if that is not known
     */
    static Optional<String> problem(Path file, long length, Configuration hadoop) {
        try {
            long found = file.getFileSystem(hadoop).getFileStatus(file).getLen();
            if (length >= 0 && found != length) {
                return Optional.of(otherLength(found, length));
            }
            requireMagic(file, hadoop);
            readWhole(file, hadoop);
            return Optional.empty();
        } catch (FileNotFoundException e) {
            return Optional.of("is missing");
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            S3Failures.throwIfOfStorage(e);
            // Damaged metadata leads the reader anywhere, also to ask for more memory than there is.
            return Optional.of("cannot be read: " + Causes.root(e));
        }
    }

    static String otherLength(long found, long logged) {
        return String.format(Locale.ROOT, "has %,d bytes, but the log says %,d", found, logged);
    }

    private static void requireMagic(Path file, Configuration hadoop) throws IOException {
        // Without a buffer, which Spark makes 64 KiB long.
        try (FSDataInputStream in = file.getFileSystem(hadoop).open(file, MAGIC.length)) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException("it does not begin with PAR1");
            }
        }
    }

    private static void readWhole(Path file, Configuration hadoop) throws IOException {
        ParquetReadOptions options = HadoopReadOptions.builder(hadoop)
                .usePageChecksumVerification(true)
                .build();
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop), options)) {
            MessageType schema = reader.getFooter().getFileMetaData().getSchema();
            int blocks = reader.getRowGroups().size();
            // One column of the table at a time bounds the memory, all leaves of a nested one together.
            for (Type root : schema.getFields()) {
                MessageType requested = new MessageType(schema.getName(), root);
                reader.setRequestedSchema(requested);
                for (int block = 0; block < blocks; block++) {
                    BlockMetaData metadata = reader.getRowGroups().get(block);
                    PageReadStore pages = reader.readRowGroup(block);
                    if (pages != null) {
                        for (ColumnDescriptor column : requested.getColumns()) {
                            readChunk(pages, metadata, column);
                        }
                    }
                }
            }
        }
    }

    private static void readChunk(PageReadStore pages, BlockMetaData metadata, ColumnDescriptor column)
            throws IOException {
        PageReader chunk = pages.getPageReader(column);
        chunk.readDictionaryPage();
        long values = 0;
        for (DataPage page = chunk.readPage(); page != null; page = chunk.readPage()) {
            values += page.getValueCount();
        }
        if (column.getMaxRepetitionLevel() == 0 && values != metadata.getRowCount()) {
            throw new IOException("column " + String.join(".", column.getPath()) + " has " + values + " values for "
                    + metadata.getRowCount() + " rows");
        }
    }
}
