with

sources as (
    select * from funnel.traffic_sources
),

-- The rules look at every way in, so all are judged.
members as (
    select
        rates.rate,
        sources.traffic_source_id as member_id,
        sources.channel,
        $window_days as window_days,
        true as is_judged,
        not sources.is_mapped as is_reached,
        not sources.is_mapped as is_ever_reached,
        false as is_imputed,
        true as is_covered,
        sources.first_date as entered_date,
        case when not sources.is_mapped then sources.first_date end as reached_date
    from sources
    cross join reference.rates as rates
    where rates.population = 'traffic_source'
)

select * from members
