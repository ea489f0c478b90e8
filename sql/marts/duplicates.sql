with

records as (
    select
        records.record_id,
        records.lead_id,
        records.outcome,
        records.channel,
        golden.channel as lead_channel,
        to_char(cast(records.captured_at at time zone $time_zone as date), '%Y-%m') as month
    from identity.records as records
    inner join identity.records as golden on records.lead_id = golden.record_id
    where cast(records.captured_at at time zone $time_zone as date) <= $as_of
),

-- Each record's own history: what would be counted if nobody knew that two of them are one.
entered as (
    select
        events.record_id,
        max(stages.ordinal) as ordinal
    from entities.stage_events as events
    inner join reference.stages as stages on events.stage = stages.stage
    where cast(events.entered_at at time zone $time_zone as date) <= $as_of
    group by events.record_id
),

reached as (
    select
        lead_id,
        max(ordinal) as ordinal
    from funnel.lead_stages
    group by lead_id
),

bars as (
    select
        max(case when stage = 'sql' then ordinal end) as qualified,
        max(case when stage = 'won' then ordinal end) as won
    from reference.stages
),

worked as (
    select
        record_id,
        count(*) as contacts
    from entities.activities
    where direction = 'outbound'
        and not is_automated
        and cast(occurred_at at time zone $time_zone as date) <= $as_of
    group by record_id
),

collided as (
    select
        record_id,
        count(*) as collisions
    from marts.collisions
    group by record_id
),

described as (
    select
        records.channel,
        records.month,
        records.outcome = 'golden' as is_golden,
        records.channel <> records.lead_channel as is_foreign,
        coalesce(entered.ordinal >= bars.qualified, false) as is_record_qualified,
        coalesce(entered.ordinal >= bars.won, false) as is_record_won,
        records.outcome = 'golden' and coalesce(reached.ordinal >= bars.qualified, false)
            as is_qualified,
        records.outcome = 'golden' and coalesce(reached.ordinal >= bars.won, false) as is_won,
        case when records.outcome = 'merged' then coalesce(worked.contacts, 0) else 0 end
            as merged_contacts,
        coalesce(collided.collisions, 0) as collisions
    from records
    cross join bars
    left join entered on records.record_id = entered.record_id
    left join reached on records.lead_id = reached.lead_id
    left join worked on records.record_id = worked.record_id
    left join collided on records.record_id = collided.record_id
),

counted as (
    select
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        count(*) as records,
        count(*) filter (where is_golden) as leads,
        count(*) filter (where not is_golden and is_foreign) as foreign_duplicates,
        count(*) filter (where is_record_qualified) as qualified_records,
        count(*) filter (where is_qualified) as qualified_leads,
        count(*) filter (where is_record_won) as won_records,
        count(*) filter (where is_won) as won_leads,
        sum(merged_contacts) as merged_contacts,
        sum(collisions) as collisions
    from described
    group by grouping sets ((channel, month), (channel), (month), ())
),

-- What was spent does not hang on the model that credits it.
spend as (
    select
        channel,
        month,
        max(spend) as spend
    from marts.channel_roi
    where is_spend_complete
    group by channel, month
),

rated as (
    select
        counted.channel,
        counted.month,
        counted.records,
        counted.leads,
        counted.records - counted.leads as duplicates,
        counted.foreign_duplicates,
        counted.qualified_records,
        counted.qualified_leads,
        counted.won_records,
        counted.won_leads,
        counted.merged_contacts,
        counted.collisions,
        cast(counted.records - counted.leads as double) / counted.records as duplicate_rate,
        cast(counted.qualified_records as double) / counted.records as qualified_rate_before,
        cast(counted.qualified_leads as double) / nullif(counted.leads, 0) as qualified_rate,
        cast(counted.won_records as double) / counted.records as won_rate_before,
        cast(counted.won_leads as double) / nullif(counted.leads, 0) as won_rate,
        cast($reporting_currency as text) as currency,
        cast(spend.spend as double) / counted.records as cost_per_record,
        cast(spend.spend as double) / nullif(counted.leads, 0) as cost_per_lead
    from counted
    left join spend on counted.channel = spend.channel and counted.month = spend.month
    where counted.records > 0
)

select * from rated
