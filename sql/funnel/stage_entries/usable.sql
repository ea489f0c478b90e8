with

-- One way to the person is enough, and unknown is not bad. A record may be older than the lead it became part of.
ways as (
    select
        counts.lead_id,
        greatest(counts.from_at, leads.captured_at) as from_at,
        counts.until_at
    from identity.leads as leads
    inner join funnel.way_counts as counts on leads.lead_id = counts.lead_id
    where counts.ways > 0 and (counts.until_at is null or counts.until_at > leads.captured_at)
),

-- A lead without a point has no level: its fit is 0.
fits as (
    select
        ways.lead_id,
        ways.from_at,
        coalesce(
            last_value(history.fit order by history.told_at)
                filter (where history.told_at <= ways.from_at),
            cast(0 as decimal(18,4))
        ) as fit,
        min(history.told_at) filter (
            where history.fit >= $ml_fit
                and history.told_at > ways.from_at
                and (ways.until_at is null or history.told_at < ways.until_at)
        ) as fitted_at
    from ways
    left join scoring.score_history as history on ways.lead_id = history.lead_id
    group by ways.lead_id, ways.from_at
),

entries as (
    select
        lead_id,
        'ml' as stage,
        'derived' as evidence,
        'second' as time_precision,
        min(case when fit >= $ml_fit then from_at else fitted_at end) as entered_at
    from fits
    group by lead_id
)

select * from entries where entered_at is not null
