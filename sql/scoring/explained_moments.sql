with

history as (
    select * from scoring.score_history
),

asked as (
    select
        lead_id,
        false as is_latest,
        stage = 'mql' as is_mql,
        stage = 'sql' as is_sql,
        crossed_at as told_at
    from scoring.crossings
    union all
    select lead_id, false as is_latest, is_mql, is_sql, moment as told_at
    from scoring.lead_moments
    where is_mql or is_sql
    union all
    select history.lead_id, true, false, false, history.told_at
    from scoring.score_moments as moments
    inner join history on moments.moment = history.told_at
    where moments.kind = 'as_of'
),

explained as (
    select
        lead_id,
        bool_or(is_latest) as is_latest,
        bool_or(is_mql) as is_mql,
        bool_or(is_sql) as is_sql,
        told_at
    from asked
    group by lead_id, told_at
)

select
    explained.lead_id,
    history.rules_version,
    explained.is_latest,
    explained.is_mql,
    explained.is_sql,
    history.total,
    explained.told_at
from explained
inner join history
    on explained.lead_id = history.lead_id and explained.told_at = history.told_at
