package io.tickshred.testkit;

import io.tickshred.transport.Transport;
import java.time.Duration;

class MemoryTransportTest extends TransportContract {
    private MemoryBroker broker = new MemoryBroker();

    @Override
    protected void newLog() {
        broker = new MemoryBroker();
    }

    @Override
    protected Transport open(String instance) {
        return broker.transport(instance);
    }

    @Override
    protected Duration taskLock() {
        return Duration.ofMillis(100);
    }
}
