with

-- A look at the prices holds for thirty days.
looks as (
    select
        lead_id,
        min(known_at) as known_at,
        seen_at,
        seen_at + interval '30 days' as until_at
    from scoring.lead_signals
    where signal = 'page' and value = '/pricing'
    group by lead_id, seen_at
),

placed as (
    select
        *,
        lag(known_at) over (partition by lead_id order by seen_at) as known_before,
        lag(until_at) over (partition by lead_id order by seen_at) as until_before
    from looks
),

-- Looks that follow while the one before holds are one stretch.
numbered as (
    select
        *,
        sum(case when until_before >= seen_at then 0 else 1 end)
            over (partition by lead_id order by seen_at) as stretch
    from placed
),

-- Nobody is tagged before two looks that follow are known to be the lead's.
stretches as (
    select
        lead_id,
        min(greatest(known_at, known_before)) filter (where until_before >= seen_at) as from_at,
        max(until_at) as until_at
    from numbered
    group by lead_id, stretch
    having count(*) > 1
)

select
    lead_id,
    from_at,
    until_at
from stretches
where from_at < until_at
