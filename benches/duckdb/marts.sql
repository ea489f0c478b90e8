-- What is published.

create table marts.rate_members as
with

contacted as (
    select lead_id from funnel.lead_stages where stage = 'contacted'
),

records as (
    select
        rates.rate,
        'record' as population,
        records.record_id as member_id,
        records.channel,
        rates.rate <> 'invalid' or records.outcome = 'invalid' or contacted.lead_id is not null as is_judged,
        records.outcome = case rates.rate when 'invalid' then 'invalid' else 'merged' end as is_reached,
        is_reached as is_ever_reached,
        records.captured_date as entered_date,
        case when is_reached then records.captured_date end as reached_date
    from identity.records as records
    cross join reference.rates as rates
    left join contacted on records.lead_id = contacted.lead_id
    where rates.population = 'record' and records.captured_date <= getvariable('as_of')
),

reached as (
    select rates.rate, lead_stages.lead_id, lead_stages.reached_date
    from funnel.lead_stages as lead_stages
    inner join reference.rates as rates on lead_stages.stage = rates.stage
    union all
    select 'attempted', lead_id, attempted_date
    from funnel.leads
    where attempted_date is not null
),

leads as (
    select
        rates.rate,
        'lead' as population,
        leads.lead_id as member_id,
        leads.channel,
        getvariable('as_of') - leads.captured_date >= getvariable('window_days') as is_judged,
        is_judged and coalesce(reached.reached_date - leads.captured_date <= getvariable('window_days'), false) as is_reached,
        reached.lead_id is not null as is_ever_reached,
        leads.captured_date as entered_date,
        reached.reached_date
    from funnel.leads as leads
    cross join reference.rates as rates
    left join reached on leads.lead_id = reached.lead_id and rates.rate = reached.rate
    where rates.population = 'lead'
),

sources as (
    select
        rates.rate,
        'traffic_source' as population,
        ways.traffic_source_id as member_id,
        ways.channel,
        true as is_judged,
        ways.channel = 'unassigned' as is_reached,
        is_reached as is_ever_reached,
        ways.first_date as entered_date,
        case when is_reached then ways.first_date end as reached_date
    from (
        select traffic_source_id, any_value(channel) as channel, local_date(min(touched_at)) as first_date
        from entities.touchpoints
        where touched_at < getvariable('until')
        group by traffic_source_id
    ) as ways
    cross join reference.rates as rates
    where rates.population = 'traffic_source'
)

select
    rate, population, member_id, channel, strftime(entered_date, '%Y-%m') as month,
    is_judged, is_reached, is_ever_reached, entered_date, reached_date
from (from records union all from leads union all from sources);

copy (from marts.rate_members order by rate, member_id) to 'marts/rate_members.parquet' (compression zstd);

create macro wilson_interval(successes, trials) as case when trials > 0 then {
    'lower': case when successes = 0 then 0 else
        (successes + 3.841458820694124 / 2) / (trials + 3.841458820694124)
        - 1.959963984540054::double / (trials + 3.841458820694124)
        * sqrt(successes::double * (trials - successes) / trials + 3.841458820694124 / 4) end,
    'upper': case when successes = trials then 1 else
        (successes + 3.841458820694124 / 2) / (trials + 3.841458820694124)
        + 1.959963984540054::double / (trials + 3.841458820694124)
        * sqrt(successes::double * (trials - successes) / trials + 3.841458820694124 / 4) end
} end;

create table marts.rates as
with

counted as (
    select
        rate,
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        count(*) as members,
        count(*) filter (where is_judged) as denominator,
        count(*) filter (where is_reached) as numerator,
        count(*) filter (where is_ever_reached) as ever_reached
    from marts.rate_members
    group by grouping sets ((rate, channel, month), (rate, channel), (rate, month), (rate))
)

select
    counted.rate,
    counted.channel,
    counted.month,
    definitions.population,
    counted.members,
    counted.denominator,
    counted.numerator,
    counted.ever_reached,
    counted.numerator::double / nullif(counted.denominator::double, 0) as value,
    wilson_interval(counted.numerator, counted.denominator).lower::double as lower,
    wilson_interval(counted.numerator, counted.denominator).upper::double as upper,
    1 - counted.denominator::double / counted.members::double as unjudged_share,
    benchmarks.value::double as benchmark
from counted
inner join reference.rates as definitions on counted.rate = definitions.rate
left join reference.benchmarks as benchmarks on counted.rate = benchmarks.metric and benchmarks.segment = '(all)';

copy (
    select
        rate,
        case when channel = '(all)' then '(all)' else 'channel' end as dimension,
        channel as part,
        * exclude (rate, channel)
    from marts.rates
    order by rate, dimension, part, month
) to 'marts/rates.parquet' (compression zstd);

create table marts.lead_quality as
with

booked as (
    select
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(booked_value)::decimal(28,4) as booked_value
    from (select channel, strftime(captured_date, '%Y-%m') as month, booked_value from funnel.leads)
    group by grouping sets ((channel, month), (channel), (month), ())
),

wide as (
    select
        channel,
        month,
        coalesce(max(members) filter (where rate = 'duplicate'), 0) as records,
        coalesce(max(ever_reached) filter (where rate = 'duplicate'), 0) as duplicates,
        coalesce(max(members - denominator) filter (where rate = 'duplicate'), 0) as continuations,
        coalesce(max(ever_reached) filter (where rate = 'invalid'), 0) as invalid,
        coalesce(max(members) filter (where rate = 'won'), 0) as leads,
        coalesce(max(ever_reached) filter (where rate = 'attempted'), 0) as attempted,
        coalesce(max(ever_reached) filter (where rate = 'contacted'), 0) as contacted,
        coalesce(max(ever_reached) filter (where rate = 'mql'), 0) as mql,
        coalesce(max(ever_reached) filter (where rate = 'qualified'), 0) as qualified,
        coalesce(max(ever_reached) filter (where rate = 'opportunity'), 0) as opportunities,
        coalesce(max(ever_reached) filter (where rate = 'won'), 0) as won,
        max(value) filter (where rate = 'duplicate') as duplicate_rate,
        max(value) filter (where rate = 'invalid') as invalid_rate,
        max(unjudged_share) filter (where rate = 'invalid') as unjudged_share,
        max(value) filter (where rate = 'contacted') as contacted_rate,
        max(value) filter (where rate = 'qualified') as qualified_rate,
        max(value) filter (where rate = 'won') as won_rate,
        max(lower) filter (where rate = 'won') as won_rate_lower,
        max(upper) filter (where rate = 'won') as won_rate_upper
    from marts.rates
    where population in ('record', 'lead')
    group by channel, month
)

select
    wide.*,
    getvariable('reporting_currency') as currency,
    coalesce(booked.booked_value, 0::decimal(28,4)) as booked_value,
    booked.booked_value::double / nullif(wide.leads::double, 0) as value_per_lead
from wide
left join booked on wide.channel = booked.channel and wide.month = booked.month;

copy (from marts.lead_quality order by channel, month) to 'marts/lead_quality.parquet' (compression zstd);

copy (
    select
        leads.lead_id,
        leads.channel,
        furthest.stage as furthest_stage,
        scores.fit,
        scores.behaviour,
        scores.total,
        timezone('UTC', leads.captured_at) as captured_at
    from funnel.leads as leads
    inner join scoring.lead_scores as scores on leads.lead_id = scores.lead_id
    left join (
        select lead_id, arg_max(stage, ordinal) as stage from funnel.lead_stages group by lead_id
    ) as furthest on leads.lead_id = furthest.lead_id
    order by scores.total desc, leads.lead_id
) to 'marts/lead_scores.parquet' (compression zstd);

create macro value_of(units) as (units::decimal(28,0) * 0.0000000001::decimal(10,10))::decimal(28,10);

-- Channels are the sums of their campaigns.
create table marts.campaign_credits as
select
    model,
    anchor,
    channel,
    coalesce(campaign, '(none)') as campaign,
    month,
    getvariable('reporting_currency') as currency,
    count(*) as credited_steps,
    fsum(credit) as conversions,
    value_of(sum(units)) as value
from attribution.ledger
group by all;

copy (from marts.campaign_credits order by model, anchor, channel, campaign, month)
to 'marts/campaign_credits.parquet' (compression zstd);

copy (
    select
        model,
        anchor,
        channel,
        month,
        currency,
        sum(credited_steps)::bigint as credited_steps,
        fsum(conversions) as conversions,
        sum(value)::decimal(28,10) as value
    from marts.campaign_credits
    group by all
    order by model, anchor, channel, month
) to 'marts/channel_credits.parquet' (compression zstd);

copy (
    select
        claims.model,
        journeys.anchor,
        claims.channel,
        journeys.month,
        getvariable('reporting_currency') as currency,
        count(*) as claimed_conversions,
        count(*)::double as claims,
        sum(journeys.value)::decimal(28,10) as value
    from attribution.claims as claims
    inner join journey.journeys as journeys on claims.conversion_no = journeys.conversion_no
    group by all
    order by claims.model, journeys.anchor, claims.channel, journeys.month
) to 'marts/channel_claims.parquet' (compression zstd);

-- One file: of a file for each month, written by several threads, the rows come in no order.
copy (
    select
        journeys.month,
        credits.model,
        journeys.conversion_id,
        journeys.conversion_id || '#' || steps.position as step_id,
        steps.touch_id,
        journeys.anchor,
        steps.channel,
        steps.campaign,
        journeys.unattributed_reason,
        case when steps.touch_id is not null then nullif(concat_ws(
            ', ',
            case when steps.position = 1 then 'first' end,
            case when steps.position = journeys.lead_position then 'lead_creation' end,
            case when steps.position = journeys.opportunity_position then 'opportunity_creation' end,
            case when steps.position = journeys.steps then 'closing' end
        ), '') end as roles,
        journeys.truncated_by,
        getvariable('reporting_currency') as currency,
        steps.position,
        credits.weight,
        credits.credit,
        value_of(credits.units) as value,
        journeys.value as conversion_value,
        steps.is_tied,
        timezone('UTC', steps.touched_at) as touched_at,
        timezone('UTC', journeys.converted_at) as converted_at
    from attribution.credits as credits
    inner join journey.steps as steps on credits.step_no = steps.step_no
    inner join journey.journeys as journeys on steps.conversion_no = journeys.conversion_no
    order by journeys.month, credits.model, journeys.conversion_id, step_id
) to 'marts/touch_credits.parquet' (compression zstd);

copy (
    with

    quality as (
        from marts.lead_quality where channel <> '(all)' and month <> '(all)'
    ),

    places as (
        select channel, month from funnel.channel_spend
        union
        select channel, month from funnel.channel_returns
        union
        select channel, month from quality
    ),

    monthly as (
        select
            coalesce(models.model, '(none)') as model,
            places.channel,
            places.month,
            spend.spend,
            spend.unmatched_spend,
            coalesce(quality.leads, 0) as leads,
            coalesce(quality.qualified, 0) as qualified,
            coalesce(returns.leads, 0) as credited_leads,
            coalesce(returns.opportunities, 0) as credited_opportunities,
            coalesce(returns.conversions, 0) as conversions,
            coalesce(returns.value, 0) as value,
            returns.paid_back_date - (places.month || '-01')::date as payback
        from places
        left join (select distinct model from funnel.channel_returns) as models on true
        left join funnel.channel_spend as spend on places.channel = spend.channel and places.month = spend.month
        left join quality on places.channel = quality.channel and places.month = quality.month
        left join funnel.channel_returns as returns
            on models.model = returns.model and places.channel = returns.channel and places.month = returns.month
    ),

    totals as (
        select
            model,
            case when grouping(channel) = 1 then '(all)' else channel end as channel,
            case when grouping(month) = 1 then '(all)' else month end as month,
            getvariable('reporting_currency') as currency,
            sum(monthly.spend)::decimal(28,4) as spend,
            sum(monthly.unmatched_spend)::decimal(28,4) as unmatched_spend,
            sum(leads)::bigint as leads,
            sum(qualified)::bigint as qualified,
            fsum(credited_leads)::double as credited_leads,
            fsum(credited_opportunities)::double as credited_opportunities,
            fsum(conversions)::double as conversions,
            sum(value)::decimal(28,10) as value,
            case when grouping(channel) = 0 and grouping(month) = 0 then max(payback) end as payback_days,
            count(*) = count(monthly.spend) as is_spend_complete,
            case when is_spend_complete then sum(monthly.spend)::decimal(28,4)::double end as full_spend
        from monthly
        group by grouping sets ((model, channel, month), (model, channel), (model, month), (model))
    )

    select
        * exclude (payback_days, is_spend_complete, full_spend),
        full_spend / nullif(leads::double, 0) as cost_per_lead,
        full_spend / nullif(qualified::double, 0) as cost_per_qualified,
        full_spend / nullif(credited_leads, 0) as cost_per_credited_lead,
        full_spend / nullif(credited_opportunities, 0) as cost_per_opportunity,
        full_spend / nullif(conversions, 0) as cost_per_conversion,
        (value::double - full_spend) / nullif(full_spend, 0) as roi,
        value::double / nullif(full_spend, 0) as return_on_ad_spend,
        payback_days::bigint as payback_days,
        is_spend_complete
    from totals
    order by model, channel, month
) to 'marts/channel_roi.parquet' (compression zstd);
