/** Lakeproof as a platform or an orchestrator starts it: processes, scripts and clusters, with nothing of it in this JVM. */
package io.lakeproof.submit;
