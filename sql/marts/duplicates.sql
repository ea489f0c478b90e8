with

records as (
    select
        records.record_id,
        records.channel,
        records.outcome,
        records.is_continuation,
        records.outcome = 'merged' and not records.is_continuation as is_duplicate,
        leads.channel <> records.channel as is_across,
        cast(records.captured_at at time zone $time_zone as date) as captured_date
    from identity.records as records
    left join identity.leads as leads on records.lead_id = leads.lead_id
),

attempts as (
    select
        record_id,
        count(*) as attempts,
        sum(duration_s) as duration_s
    from funnel.attempts
    group by record_id
),

worked as (
    select
        records.channel,
        to_char(records.captured_date, '%Y-%m') as month,
        records.outcome,
        records.is_continuation,
        records.is_duplicate,
        records.is_duplicate and records.is_across as is_across,
        coalesce(attempts.attempts, 0) as attempts,
        coalesce(attempts.duration_s, 0) as duration_s
    from records
    left join attempts on records.record_id = attempts.record_id
    where records.captured_date <= $as_of
),

counted as (
    select
        channel,
        month,
        count(*) as records,
        count(*) filter (where outcome = 'golden') as leads,
        count(*) filter (where is_duplicate) as duplicates,
        count(*) filter (where is_continuation) as continuations,
        count(*) filter (where outcome = 'invalid') as invalid,
        count(*) filter (where is_across) as duplicates_across,
        sum(attempts) as attempts,
        sum(case when is_duplicate then attempts else 0 end) as attempts_on_duplicates,
        sum(case when is_duplicate then duration_s else 0 end) as seconds_on_duplicates
    from worked
    group by channel, month
),

collisions as (
    select
        channel,
        month,
        count(*) as collisions
    from marts.collisions
    group by channel, month
),

monthly as (
    select
        counted.*,
        coalesce(collisions.collisions, 0) as collisions,
        spend.spend
    from counted
    left join collisions
        on counted.channel = collisions.channel and counted.month = collisions.month
    left join funnel.channel_spend as spend
        on counted.channel = spend.channel and counted.month = spend.month
),

totals as (
    select
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(records) as records,
        sum(leads) as leads,
        sum(duplicates) as duplicates,
        sum(continuations) as continuations,
        sum(invalid) as invalid,
        sum(duplicates_across) as duplicates_across,
        sum(attempts) as attempts,
        sum(attempts_on_duplicates) as attempts_on_duplicates,
        sum(seconds_on_duplicates) as seconds_on_duplicates,
        sum(collisions) as collisions,
        cast(sum(spend) as decimal(28,4)) as spend,
        count(*) = count(spend) as is_spend_complete
    from monthly
    group by grouping sets ((channel, month), (channel), (month), ())
    having count(*) > 0
),

-- How far records come by themselves, and leads by all of their records.
rates as (
    select
        part as channel,
        month,
        max(case when rate = 'record_contacted' then value end) as record_contacted_rate,
        max(case when rate = 'contacted' then value end) as contacted_rate,
        max(case when rate = 'record_qualified' then value end) as record_qualified_rate,
        max(case when rate = 'qualified' then value end) as qualified_rate,
        max(case when rate = 'record_won' then value end) as record_won_rate,
        max(case when rate = 'won' then value end) as won_rate
    from marts.rates
    where dimension in ('(all)', 'channel')
    group by part, month
),

-- Records that cost nobody knows how much would make the known cost look small.
costs as (
    select
        *,
        cast(leads + duplicates as double) as valid_records,
        case when is_spend_complete then cast(spend as double) end as full_spend
    from totals
),

duplicates as (
    select
        costs.channel,
        costs.month,
        costs.records,
        costs.leads,
        costs.duplicates,
        costs.continuations,
        costs.invalid,
        costs.duplicates_across,
        costs.attempts,
        costs.attempts_on_duplicates,
        costs.seconds_on_duplicates,
        costs.collisions,
        cast(costs.duplicates as double) / nullif(costs.valid_records, 0.0) as duplicate_share,
        wilson_interval(costs.duplicates, costs.leads + costs.duplicates)['lower']
            as duplicate_share_lower,
        wilson_interval(costs.duplicates, costs.leads + costs.duplicates)['upper']
            as duplicate_share_upper,
        rates.record_contacted_rate,
        rates.contacted_rate,
        rates.record_qualified_rate,
        rates.qualified_rate,
        rates.record_won_rate,
        rates.won_rate,
        cast($reporting_currency as text) as currency,
        costs.spend,
        costs.full_spend / nullif(costs.valid_records, 0.0) as cost_per_record,
        costs.full_spend / nullif(cast(costs.leads as double), 0.0) as cost_per_lead,
        costs.full_spend * (cast(costs.duplicates as double) / nullif(costs.valid_records, 0.0))
            as spend_on_duplicates,
        costs.is_spend_complete
    from costs
    left join rates on costs.channel = rates.channel and costs.month = rates.month
)

select * from duplicates
