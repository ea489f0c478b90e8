with

leads as (
    select
        *,
        concat('lead_forms:', network, ':', lead_id) as submission_id,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place
    from staging.lead_forms__leads
),

-- The form opens inside the ad: the lead is all that is known of its visitor.
links as (
    select
        leads.submission_id as link_id,
        leads.submission_id as visitor_id,
        leads.full_name,
        leads.email,
        leads.phone,
        leads.submitted_at as linked_at,
        case
            when leads.place <> firsts.first_place then 'duplicate'
            when leads.is_test then 'test'
            when leads.submitted_at is null then 'no_date'
        end as drop_reason
    from leads
    left join staging.lead_forms__first_deliveries as firsts
        on leads.submission_id = firsts.submission_id
)

select * from links
