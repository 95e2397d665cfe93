package io.tickshred.planner.http;

import io.tickshred.message.Message;
import io.tickshred.transport.TransportException;

/** Puts a request on the log; when it returns, the request is durable. */
@FunctionalInterface
public interface PlanSubmission {
    void submit(Message request) throws TransportException, InterruptedException;
}
