package io.lakeproof.delta;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.collection.Iterator;

/** Hadoop's settings as Spark itself makes them for a session: those of the context, and over them the session's own. */
public final class SessionHadoop {
    private SessionHadoop() {}

    /** A copy, with the session's settings of object storage. */
    public static Configuration of(SparkSession spark) {
        Configuration hadoop = new Configuration(spark.sparkContext().hadoopConfiguration());
        Iterator<Tuple2<String, String>> settings = spark.conf().getAll().iterator();
        while (settings.hasNext()) {
            Tuple2<String, String> setting = settings.next();
            if (setting._1().startsWith("fs.s3a.") || setting._1().startsWith("lakeproof.s3.")) {
                hadoop.set(setting._1(), setting._2());
            }
        }
        return hadoop;
    }
}
