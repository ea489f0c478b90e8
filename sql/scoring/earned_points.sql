with

-- A rule of a group that nobody bounds brings nothing; a check of scoring.score_bounds names it.
rules as (
    select rules.*
    from scoring.score_bounds as bounds
    inner join scoring.score_rules as rules
        on bounds.rules_version = rules.rules_version and bounds.node = rules.node
),

-- Blocks of days are counted from a Monday.
seen as (
    select
        rules.*,
        signals.lead_id,
        signals.evidence_id,
        signals.is_state,
        signals.seen_at,
        signals.known_at,
        signals.until_at,
        coalesce(
            (cast(signals.seen_at at time zone $time_zone as date) - date '1970-01-05')
            / rules.within_days,
            0
        ) as block
    from rules
    inner join scoring.lead_signals as signals
        on rules.signal = signals.signal and rules.value = signals.value
),

numbered as (
    select
        *,
        row_number() over (
            partition by rules_version, lead_id, signal, value, block
            order by known_at, seen_at, evidence_id
        ) as occurrence
    from seen
),

-- What happens, or is told, once more than it may earns nothing more. What a lead is, it is once at a time.
counted as (
    select * from numbered where is_state or occurrence <= max_times
),

-- Points that go in steps are as many parts, each with its own end.
parts as (
    select
        *,
        unnest(generate_series(cast(1 as bigint), coalesce(decay_steps, 1))) as part
    from counted
),

dated as (
    select
        *,
        case
            when decay in ('window', 'step') then seen_at
                + arrow_cast(part * decay_days * 86400000000, 'Duration(Microsecond)')
        end as gone_at
    from parts
)

select
    rules_version,
    lead_id,
    signal,
    value,
    evidence_id,
    part,
    node,
    -- In whole units of 0.0001, so that the parts add up to the points.
    cast(
        cast(
            points * 10000 * part / coalesce(decay_steps, 1)
            - points * 10000 * (part - 1) / coalesce(decay_steps, 1) as decimal(18,4)
        ) / 10000 as decimal(18,4)
    ) as points,
    case when decay = 'exponential' then cast(decay_days as double) end as half_life_days,
    seen_at,
    known_at,
    case
        when until_at is null then gone_at
        when gone_at is null then until_at
        else least(until_at, gone_at)
    end as until_at
from dated
