with

-- A rule of a group that nobody bounds brings nothing; a check of scoring.score_bounds names it.
rules as (
    select
        rules.*,
        coalesce(rules.within_days, 0) as block_days
    from scoring.score_bounds as bounds
    inner join scoring.score_rules as rules
        on bounds.rules_version = rules.rules_version and bounds.node = rules.node
),

-- Points that go in steps are as many parts, each with its own end.
numbered as (
    select
        *,
        unnest(generate_series(cast(1 as bigint), coalesce(decay_steps, 1))) as part
    from rules
),

-- In whole units of 0.0001, so that the parts add up to the points.
parts as (
    select
        *,
        cast(
            cast(
                points * 10000 * part / coalesce(decay_steps, 1)
                - points * 10000 * (part - 1) / coalesce(decay_steps, 1) as decimal(18,4)
            ) / 10000 as decimal(18,4)
        ) as part_points,
        case
            when decay in ('window', 'step')
                then arrow_cast(part * decay_days * 86400000000, 'Duration(Microsecond)')
        end as lasts
    from numbered
),

-- Which time it was in its block does not depend on a version. Blocks of days are counted from a Monday.
blocks as (
    select distinct
        signal,
        value,
        block_days
    from rules
),

deeds as (
    select
        blocks.block_days,
        signals.*,
        coalesce(
            (cast(signals.seen_at at time zone $time_zone as date) - date '1970-01-05')
            / nullif(blocks.block_days, 0),
            0
        ) as block
    from blocks
    inner join scoring.lead_signals as signals
        on blocks.signal = signals.signal and blocks.value = signals.value
    where not signals.is_state
),

counted as (
    select
        *,
        row_number() over (
            partition by lead_id, signal, value, block_days, block
            order by known_at, seen_at, evidence_id
        ) as occurrence
    from deeds
),

-- What happens, or is told, once more than it may earns nothing more. What a lead is, it is once at a time.
earned as (
    select
        parts.*,
        counted.lead_id,
        counted.evidence_id,
        counted.seen_at,
        counted.known_at,
        counted.until_at
    from parts
    inner join counted
        on parts.signal = counted.signal
            and parts.value = counted.value
            and parts.block_days = counted.block_days
    where counted.occurrence <= parts.max_times
    union all
    select
        parts.*,
        signals.lead_id,
        signals.evidence_id,
        signals.seen_at,
        signals.known_at,
        signals.until_at
    from parts
    inner join scoring.lead_signals as signals
        on parts.signal = signals.signal and parts.value = signals.value
    where signals.is_state
)

select
    rules_version,
    lead_id,
    signal,
    value,
    evidence_id,
    part,
    node,
    part_points as points,
    case when decay = 'exponential' then cast(decay_days as double) end as half_life_days,
    seen_at,
    known_at,
    case
        when until_at is null then seen_at + lasts
        when lasts is null then until_at
        else least(until_at, seen_at + lasts)
    end as until_at
from earned
