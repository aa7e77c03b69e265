/**
 * What S3A calls. These classes see the AWS SDK of the platform and not the copy in Lakeproof's jar: the build puts them there
 * as they were compiled.
 */
@NullMarked
package io.lakeproof.aws.hook;

import org.jspecify.annotations.NullMarked;
