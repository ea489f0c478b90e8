with

numbered as (
    select
        signals.lead_id,
        signals.signal,
        signals.value,
        signals.evidence_id,
        score_points.half,
        score_points.points,
        score_points.max_times,
        row_number() over (
            partition by signals.lead_id, signals.signal, signals.value
            order by signals.seen_at, signals.evidence_id
        ) as occurrence,
        signals.seen_at
    from reference.score_points as score_points
    inner join scoring.lead_signals as signals
        on score_points.signal = signals.signal and score_points.value = signals.value
),

-- What happens once more than it may earns nothing more.
events as (
    select
        lead_id,
        signal,
        value,
        evidence_id,
        half,
        cast(occurrence as bigint) as occurrence,
        points,
        seen_at as scored_at
    from numbered
    where occurrence <= max_times
)

select * from events
