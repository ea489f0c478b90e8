with

units as (
    select
        *,
        cast(cast(feature_date + 1 as timestamp) at time zone $time_zone as timestamptz) as until_at
    from prediction.units
),

-- What is held true of it at the moment.
traits as (
    select
        units.lead_id,
        case signals.signal when 'seniority' then 'title_level' else signals.signal end as feature,
        min(signals.value) as value
    from units
    inner join scoring.lead_signals as signals on units.lead_id = signals.lead_id
    where signals.signal in ('seniority', 'industry', 'region', 'size', 'mailbox')
        and signals.known_at < units.until_at
        and (signals.until_at is null or signals.until_at >= units.until_at)
    group by units.lead_id, signals.signal
),

visits as (
    select
        units.lead_id,
        count(*) as touches,
        count(*) filter (where visits.page = '/pricing') as price_looks,
        count(*) filter (where visits.kind = 'form') as forms,
        count(*) filter (where visits.kind = 'email_click') as mail_clicks,
        max(
            greatest(
                units.captured_date - cast(visits.touched_at at time zone $time_zone as date), 0
            )
        ) as days_known
    from units
    inner join scoring.lead_visits as visits on units.lead_id = visits.lead_id
    where visits.known_at < units.until_at
    group by units.lead_id
),

-- Without a touch all of these are 0, which says something too.
counts as (
    select
        units.lead_id,
        unnest(['touches', 'price_looks', 'forms', 'mail_clicks', 'days_known']) as feature,
        unnest([
            cast(coalesce(visits.touches, 0) as double),
            cast(coalesce(visits.price_looks, 0) as double),
            cast(coalesce(visits.forms, 0) as double),
            cast(coalesce(visits.mail_clicks, 0) as double),
            cast(coalesce(visits.days_known, 0) as double)
        ]) as amount
    from units
    left join visits on units.lead_id = visits.lead_id
),

-- The earliest record tells; facts of a source without time are there from the start.
facts as (
    select
        records.lead_id,
        facts.fact,
        first_value(facts.value order by records.captured_at, records.record_id) as value,
        first_value(facts.amount order by records.captured_at, records.record_id) as amount
    from units
    inner join identity.records as records on units.lead_id = records.lead_id
    inner join entities.lead_facts as facts on records.record_id = facts.record_id
    where records.captured_at < units.until_at
    group by records.lead_id, facts.fact
),

told as (
    select lead_id, 'channel' as feature, channel as value, cast(null as double) as amount
    from units
    union all
    select units.lead_id, 'source', leads.source, null
    from units
    inner join identity.leads as leads on units.lead_id = leads.lead_id
    union all
    select lead_id, feature, value, null from traits
    union all
    select lead_id, feature, null, amount from counts
    union all
    select units.lead_id, facts.fact, facts.value, facts.amount
    from units
    inner join facts on units.lead_id = facts.lead_id
)

select
    told.lead_id,
    told.feature,
    features.kind,
    told.value,
    told.amount
from reference.prediction_features as features
inner join told on features.feature = told.feature
where features.is_used
