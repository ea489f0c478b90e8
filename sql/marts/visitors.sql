with

visitors as (
    select
        visits.channel,
        to_char(visits.first_date, '%Y-%m') as month,
        visits.person_id is not null as is_identified,
        people.person_id is not null as is_contactable,
        people.is_kept_30d,
        people.is_kept_90d
    from funnel.reachable_people as people
    right join funnel.first_visits as visits on people.person_id = visits.person_id
),

counted as (
    select
        channel,
        month,
        count(*) as visitors,
        count(*) filter (where is_identified) as identified,
        count(*) filter (where is_contactable) as contactable,
        count(is_kept_30d) as watched_30d,
        count(*) filter (where is_kept_30d) as stayed_30d,
        count(is_kept_90d) as watched_90d,
        count(*) filter (where is_kept_90d) as stayed_90d
    from visitors
    group by channel, month
),

totals as (
    select
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(visitors) as visitors,
        sum(identified) as identified,
        sum(contactable) as contactable,
        sum(watched_30d) as watched_30d,
        sum(stayed_30d) as stayed_30d,
        sum(watched_90d) as watched_90d,
        sum(stayed_90d) as stayed_90d
    from counted
    group by grouping sets ((channel, month), (channel), (month), ())
    having count(*) > 0
),

rates as (
    select
        *,
        cast(identified as double) / cast(visitors as double) as identification_rate,
        cast(contactable as double) / cast(visitors as double) as contactable_rate,
        cast(stayed_30d as double) / nullif(cast(watched_30d as double), 0.0) as kept_30d,
        cast(stayed_90d as double) / nullif(cast(watched_90d as double), 0.0) as kept_90d
    from totals
)

select * from rates
