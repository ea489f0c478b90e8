with

-- Days are whole: a stay from one evening to the next morning is a day.
visits as (
    select
        path,
        lead_id,
        stage,
        visit,
        exited_at is null as is_open,
        cast(coalesce(exited_at, entered_at) at time zone $time_zone as date) as exited_date,
        cast(entered_at at time zone $time_zone as date) as entered_date
    from funnel.stage_visits
),

stays as (
    select
        path,
        lead_id,
        stage,
        visit,
        is_open,
        case when is_open then $as_of else exited_date end - entered_date as days,
        entered_date
    from visits
),

times as (
    select
        path,
        lead_id,
        stage,
        count(*) as visits,
        sum(days) as days,
        last_value(days order by visit) as last_days,
        last_value(is_open order by visit) as is_open,
        last_value(entered_date order by visit) as last_entered_date
    from stays
    group by path, lead_id, stage
)

select * from times
