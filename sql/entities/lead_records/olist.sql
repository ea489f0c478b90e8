with

leads as (
    select * from staging.olist__leads
),

-- Of several exports of a lead the most complete line stays: first by date, then by landing page.
ranked as (
    select
        *,
        concat(
            case when first_contact_date is null then '1' else '0' end,
            case when landing_page_id is null then '1' else '0' end,
            _file, ':', lpad(cast(_line as text), 12, '0')
        ) as rank
    from leads
),

best as (
    select
        mql_id,
        min(rank) as rank
    from ranked
    group by mql_id
),

records as (
    select
        ranked.mql_id as record_id,
        'lead' as object_kind,
        ranked.mql_id as person_key,
        ranked.origin as lead_source,
        coalesce(ranked.origin, '(empty)') as channel,
        false as is_test,
        cast(ranked.first_contact_date as timestamptz) as captured_at,
        case
            when ranked.rank <> best.rank then 'duplicate'
            when ranked.first_contact_date is null then 'no_date'
        end as drop_reason
    from ranked
    left join best on ranked.mql_id = best.mql_id
)

select * from records
