with

deals as (
    select * from staging.olist__deals
),

-- Of several exports of a deal the one with its sales people stays, as in the opportunity.
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
        seller_id,
        min(rank) as rank
    from ranked
    group by seller_id
),

-- A seller is named by nothing but its key, and declares its revenue by the month.
accounts as (
    select
        ranked.seller_id as account_id,
        ranked.business_segment as industry,
        case when ranked.declared_monthly_revenue > 0 then 'BRL' end as currency,
        case when ranked.declared_monthly_revenue > 0
            then cast(12 * ranked.declared_monthly_revenue as decimal(18,4)) end as revenue,
        ranked.won_at as created_at,
        case when ranked.rank <> best.rank then 'duplicate' end as drop_reason
    from ranked
    left join best on ranked.seller_id = best.seller_id
)

select * from accounts
