with

proposals as (
    select rules_version from scoring.rule_versions where not is_approved
),

proposed as (
    select
        levels.rules_version,
        levels.lead_id,
        thresholds.stage,
        min(levels.told_at) as crossed_at
    from proposals
    inner join scoring.score_thresholds as thresholds
        on proposals.rules_version = thresholds.rules_version
    inner join scoring.score_levels as levels
        on proposals.rules_version = levels.rules_version
    where levels.total >= thresholds.threshold
    group by levels.rules_version, levels.lead_id, thresholds.stage
),

held as (
    select
        proposals.rules_version,
        crossings.lead_id,
        crossings.stage,
        crossings.crossed_at
    from proposals
    cross join scoring.crossings as crossings
),

compared as (
    select
        coalesce(held.rules_version, proposed.rules_version) as rules_version,
        coalesce(held.lead_id, proposed.lead_id) as lead_id,
        coalesce(held.stage, proposed.stage) as stage,
        held.crossed_at,
        proposed.crossed_at as proposed_at
    from held
    full outer join proposed
        on held.rules_version = proposed.rules_version
            and held.lead_id = proposed.lead_id
            and held.stage = proposed.stage
),

flips as (
    select
        *,
        case
            when crossed_at is null then 'gained'
            when proposed_at is null then 'lost'
            when proposed_at < crossed_at then 'earlier'
            else 'later'
        end as flip
    from compared
    where coalesce(crossed_at <> proposed_at, true)
        and cast(
            greatest(coalesce(crossed_at, proposed_at), coalesce(proposed_at, crossed_at))
            at time zone $time_zone as date
        ) > $as_of - $quarter_days
),

deals as (
    select
        lead_id,
        value,
        coalesce(cast(closed_at at time zone $time_zone as date) <= $as_of, false) as is_closed,
        is_won
    from journey.opportunities
    where lead_id is not null and cast(created_at at time zone $time_zone as date) <= $as_of
),

stakes as (
    select
        lead_id,
        sum(case when is_closed and is_won then value else 0 end) as won_value,
        sum(case when not is_closed then value else 0 end) as open_value
    from deals
    group by lead_id
)

select
    flips.rules_version,
    flips.lead_id,
    flips.stage,
    flips.flip,
    leads.channel,
    leads.owner_id,
    cast(coalesce(stakes.won_value, 0) as decimal(18,4)) as won_value,
    cast(coalesce(stakes.open_value, 0) as decimal(18,4)) as open_value,
    flips.crossed_at,
    flips.proposed_at
from flips
inner join identity.leads as leads on flips.lead_id = leads.lead_id
left join stakes on flips.lead_id = stakes.lead_id
