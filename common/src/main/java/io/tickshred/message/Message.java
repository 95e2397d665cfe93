package io.tickshred.message;

/** A message between services. {@link MessageCodec} gives each its {@code type} and {@code version}. */
public sealed interface Message
        permits PlanRequest,
                RangeRequest,
                RangeStop,
                RangeOpened,
                RangeAnswer,
                RangeStatus,
                AggregateRequest,
                AggregateTask,
                AggregateStatus,
                BatchMapPart,
                BatchMapClosed,
                ChunkTask,
                PlanOpened,
                PlanSuperseded,
                ChunkResult,
                DayComplete,
                BatchTask,
                PublishTask,
                DiscardTask,
                BatchesOpened,
                BatchResult,
                PublishResult,
                DayStatus {}
