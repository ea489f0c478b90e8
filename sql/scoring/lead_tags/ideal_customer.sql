with

ideals as (
    select
        lead_id,
        seen_at,
        until_at,
        lag(until_at) over (partition by lead_id order by seen_at) as until_before
    from scoring.lead_signals
    where signal = 'icp' and value = 'core'
),

-- A lead that only grows, or is promoted, stays what it was.
numbered as (
    select
        *,
        sum(case when until_before >= seen_at then 0 else 1 end)
            over (partition by lead_id order by seen_at) as stretch
    from ideals
)

select
    lead_id,
    min(seen_at) as from_at,
    case when count(*) = count(until_at) then max(until_at) end as until_at
from numbered
group by lead_id, stretch
