-- Conversions, and the touches before each of them, numbered.

create table journey.conversions as
select
    won.opportunity_id as conversion_id,
    records.person_id,
    case
        when won.amount is null then 0::decimal(18,4)
        when won.currency = getvariable('reporting_currency') then won.amount
        else (won.amount * rates.rate)::decimal(18,4)
    end as value,
    won.closed_at as converted_at
from entities.opportunities as won
left join identity.records as records on won.record_id = records.record_id
left join entities.fx_rates as rates
    on won.currency = rates.currency and local_date(won.closed_at) = rates.rate_date
        and rates.to_currency = getvariable('reporting_currency')
where won.is_won;

create table journey.steps as
with

-- Few visitors convert: their list is the small side of the join with all touches.
eligible as (
    select
        conversions.conversion_id,
        touches.touch_id,
        touches.channel,
        (epoch_us(conversions.converted_at) - epoch_us(touches.touched_at))::double / 86400000000::double as age_days,
        touches.touched_at
    from journey.conversions as conversions
    inner join identity.visitors as visitors on conversions.person_id = visitors.person_id
    inner join entities.touchpoints as touches
        on visitors.visitor_id = touches.visitor_id
            and (visitors.from_at is null or touches.touched_at >= visitors.from_at)
            and (visitors.until_at is null or touches.touched_at < visitors.until_at)
    where touches.touched_at <= conversions.converted_at
        and touches.touched_at >= conversions.converted_at - to_days(getvariable('lookback_days'))
),

numbered as (
    select
        *,
        row_number() over (partition by conversion_id order by touched_at, touch_id) as position,
        count(*) over (partition by conversion_id) as steps_in_journey
    from eligible
)

select conversion_id, channel, position, steps_in_journey, age_days from numbered
union all
select conversion_id, '(unattributed)', 1, 1, 0
from journey.conversions
anti join eligible using (conversion_id);
