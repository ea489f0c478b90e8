with

states as (
    select
        record_id,
        email_state in ('usable', 'unknown') or phone_state in ('usable', 'unknown') as has_contact
    from funnel.contact_states
),

-- As the records stand: where nothing tells when a field was filled in, it was at the capture.
records as (
    select
        records.record_id,
        records.lead_id,
        states.has_contact,
        not coalesce(companies.is_placeholder, true) as has_company,
        coalesce(btrim(lead_records.title), '') <> '' as has_title,
        concat(btrim(lead_records.region), btrim(lead_records.country)) <> '' as has_region,
        records.channel <> 'unassigned' or lead_records.campaign_id is not null as has_origin,
        records.captured_at
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    inner join states on records.record_id = states.record_id
    left join identity.company_names as companies on lead_records.company = companies.company
    where records.lead_id is not null
        and cast(records.captured_at at time zone $time_zone as date) <= $as_of
),

known as (
    select lead_id, 'contact' as condition, record_id as evidence_id, captured_at as met_at
    from records
    where has_contact
    union all
    select lead_id, 'company', record_id, captured_at from records where has_company
    union all
    select lead_id, 'title', record_id, captured_at from records where has_title
    union all
    select lead_id, 'region', record_id, captured_at from records where has_region
    union all
    select lead_id, 'origin', record_id, captured_at from records where has_origin
)

select * from known
