with

members as (
    select * from identity.members where lead_id is not null
),

-- Whoever sent somebody speaks for us from the day that one came.
entries as (
    select
        referrers.lead_id,
        'advocate' as stage,
        'derived' as evidence,
        'second' as time_precision,
        min(records.captured_at) as entered_at
    from entities.referrals as referrals
    inner join members as referrers on concat('lead:', referrals.referrer_id) = referrers.contact_id
    inner join members as sent on concat('lead:', referrals.record_id) = sent.contact_id
    inner join entities.lead_records as records on referrals.record_id = records.record_id
    where referrers.lead_id <> sent.lead_id
    group by referrers.lead_id
)

select * from entries
