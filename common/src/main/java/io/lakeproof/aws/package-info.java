/**
 * Object storage beside Hadoop's view of it: the only place that sees the AWS SDK. What comes in and goes out is the JDK's or
 * ours.
 */
@NullMarked
package io.lakeproof.aws;

import org.jspecify.annotations.NullMarked;
