with

-- What became of a lead is held against what it was at that moment, the lead itself against what it is.
moments as (
    select
        lead_id,
        'lead' as stage,
        moments.moment
    from scoring.score_moments as moments
    cross join identity.leads
    where moments.kind = 'as_of'
        and cast(captured_at at time zone $time_zone as date) <= $as_of
    union all
    select
        lead_id,
        stage,
        entered_at as moment
    from funnel.first_entries
    where stage in ('mql', 'won') and cast(entered_at at time zone $time_zone as date) <= $as_of
),

known as (
    select
        moments.lead_id,
        moments.stage,
        count(*) as traits
    from moments
    inner join scoring.lead_traits as traits on moments.lead_id = traits.lead_id
    where traits.trait in ('title', 'industry', 'size')
        and traits.from_at <= moments.moment
        and (traits.until_at is null or traits.until_at > moments.moment)
    group by moments.lead_id, moments.stage
),

-- A lead without a point has no level: its fit is 0.
fits as (
    select
        moments.lead_id,
        moments.stage,
        coalesce(
            last_value(history.fit order by history.told_at), cast(0 as decimal(18,4))
        ) as fit
    from moments
    left join scoring.score_history as history
        on moments.lead_id = history.lead_id and history.told_at <= moments.moment
    group by moments.lead_id, moments.stage
),

described as (
    select
        fits.lead_id,
        fits.stage,
        leads.channel,
        coalesce(known.traits >= 2, false) as is_known,
        fits.fit
    from identity.leads as leads
    inner join fits on leads.lead_id = fits.lead_id
    left join known on fits.lead_id = known.lead_id and fits.stage = known.stage
)

-- Of whom hardly anything is known nobody can say whether it fits.
select
    lead_id,
    stage,
    channel,
    is_known,
    is_known and fit >= $icp_fit as is_fitting
from described
