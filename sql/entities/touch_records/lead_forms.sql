with

leads as (
    select
        *,
        concat('lead_forms:', network, ':', lead_id) as submission_id,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place
    from staging.lead_forms__leads
),

-- No tags and no page: a click id says by what rule it was paid, else the network says whether it was.
records as (
    select
        leads.submission_id as touch_id,
        leads.submission_id as visitor_id,
        'form' as kind,
        case when leads.click_id is not null then 'gclid' end as click_id_kind,
        case
            when leads.click_id is not null then null
            when leads.network = 'google' then 'paid_other'
            when leads.is_organic then 'organic_social'
            else 'paid_social'
        end as channel,
        leads.country,
        leads.submitted_at as touched_at,
        case
            when leads.place <> firsts.first_place then 'duplicate'
            when leads.is_test then 'test'
            when leads.submitted_at is null then 'no_date'
        end as drop_reason
    from leads
    left join staging.lead_forms__first_deliveries as firsts
        on leads.submission_id = firsts.submission_id
)

select * from records
