with

won as (
    select lead_id from funnel.lead_stages where path = $stage_path and stage = 'won'
),

stays as (
    select
        times.stage,
        segments.part as segment,
        times.days,
        row_number() over (
            partition by times.stage, segments.part order by times.days, times.lead_id
        ) as place
    from won
    inner join funnel.stage_times as times on won.lead_id = times.lead_id
    inner join funnel.lead_dimensions as segments on won.lead_id = segments.lead_id
    where times.path = $stage_path and not times.is_open and segments.dimension = 'segment'
),

counts as (
    select
        stage,
        segment,
        count(*) as peers
    from stays
    group by stage, segment
),

peers as (
    select
        stays.stage,
        stays.segment,
        max(counts.peers) as peers,
        min(case when stays.place * 10 >= counts.peers * 9 then stays.days end) as p90_days
    from stays
    inner join counts on stays.stage = counts.stage and stays.segment = counts.segment
    group by stays.stage, stays.segment
)

select * from peers
