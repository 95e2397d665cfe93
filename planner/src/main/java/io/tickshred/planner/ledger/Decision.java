package io.tickshred.planner.ledger;

import io.tickshred.model.Failure;
import io.tickshred.transport.Outgoing;
import java.util.List;
import java.util.Optional;

/**
 * What the ledger makes of one message.
 *
 * @param state the plan's new state; empty while the plan is unknown
 * @param messages to publish, in order
 * @param raised a failure that the ledger itself found in the message, which goes to the dead letters
 */
record Decision(Optional<LedgerState> state, List<Outgoing> messages, Optional<Failure> raised) {
    Decision {
        messages = List.copyOf(messages);
    }

    /** Nothing changes and nothing is said. */
    static Decision none(Optional<LedgerState> state) {
        return new Decision(state, List.of(), Optional.empty());
    }

    static Decision to(LedgerState state, List<Outgoing> messages) {
        return new Decision(Optional.of(state), messages, Optional.empty());
    }
}
