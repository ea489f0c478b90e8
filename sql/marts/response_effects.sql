with

responses as (
    select * from marts.responses
),

members as (
    select
        member_id as lead_id,
        is_judged,
        is_reached
    from marts.rate_members
    where rate = 'qualified'
),

counted as (
    select
        case when grouping(responses.channel) = 1 then '(all)' else responses.channel end
            as channel,
        responses.bucket,
        count(*) filter (where members.is_judged) as denominator,
        count(*) filter (where members.is_reached) as numerator
    from responses
    inner join members on responses.lead_id = members.lead_id
    group by grouping sets ((responses.channel, responses.bucket), (responses.bucket))
),

effects as (
    select
        channel,
        bucket,
        denominator,
        numerator,
        cast(numerator as double) / nullif(cast(denominator as double), 0.0) as value,
        wilson_interval(numerator, denominator)['lower'] as lower,
        wilson_interval(numerator, denominator)['upper'] as upper,
        denominator < $low_count as is_low_count
    from counted
)

select * from effects
