with

deals as (
    select * from staging.olist__deals
),

-- Of several exports of a deal the one with its sales people stays: the other cuts seconds.
ranked as (
    select
        *,
        concat(
            case when sr_id is null then '1' else '0' end,
            _file, ':', lpad(cast(_line as text), 12, '0')
        ) as rank
    from deals
),

best as (
    select
        mql_id,
        min(rank) as rank
    from ranked
    group by mql_id
),

opportunities as (
    select
        ranked.mql_id as opportunity_id,
        ranked.mql_id as record_id,
        ranked.seller_id as account_id,
        ranked.sr_id as owner_id,
        true as is_won,
        ranked.won_at as closed_at,
        case when ranked.rank <> best.rank then 'duplicate' end as drop_reason
    from ranked
    left join best on ranked.mql_id = best.mql_id
)

select * from opportunities
