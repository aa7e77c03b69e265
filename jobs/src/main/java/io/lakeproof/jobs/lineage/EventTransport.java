package io.lakeproof.jobs.lineage;

import io.lakeproof.error.Redactor;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.transports.Transport;

/**
 * A way to send the events of runs. An event that was not taken fails: the client's own transports log an error on the file and go
 * on, or take a redirect for a success.
 */
abstract class EventTransport extends Transport {
    private final Redactor redactor;

    /** @param redactor takes secrets out of every text of an event */
    EventTransport(Redactor redactor) {
        this.redactor = redactor;
    }

    /** Sends one line of JSON. */
    abstract void send(String event);

    /** Makes what was sent visible; without it nothing may be. */
    abstract void finish();

    @Override
    public abstract void close();

    @Override
    public final void emit(OpenLineage.RunEvent event) {
        send(EventJson.of(event, redactor));
    }

    @Override
    public final void emit(OpenLineage.DatasetEvent event) {
        throw new UnsupportedOperationException("a seal is the event of a run");
    }

    @Override
    public final void emit(OpenLineage.JobEvent event) {
        throw new UnsupportedOperationException("a seal is the event of a run");
    }
}
