with

leads as (
    select
        *,
        concat('lead_forms:', network, ':', lead_id) as submission_id,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place
    from staging.lead_forms__leads
),

records as (
    select
        leads.submission_id as record_id,
        'lead' as object_kind,
        leads.campaign_id,
        leads.full_name,
        leads.given_name,
        leads.family_name,
        leads.email,
        leads.phone,
        leads.company,
        leads.title,
        leads.city,
        leads.country,
        'lead form' as capture_method,
        -- As of the touch: by the channel rules a gclid is google / cpc.
        case
            when leads.click_id is not null then 'paid_search'
            when leads.network = 'google' then 'paid_other'
            when leads.is_organic then 'organic_social'
            else 'paid_social'
        end as channel,
        leads.is_test,
        leads.submitted_at is null as is_undated,
        coalesce(
            leads.submitted_at,
            cast(cast($undated_on as timestamp) at time zone $time_zone as timestamptz)
        ) as captured_at,
        case when leads.place <> firsts.first_place then 'duplicate' end as drop_reason
    from leads
    left join staging.lead_forms__first_deliveries as firsts
        on leads.submission_id = firsts.submission_id
)

select * from records
