with

leads as (
    select * from staging.x_education__leads
),

records as (
    select
        concat('x_education:', leads.prospect_id) as record_id,
        'lead' as object_kind,
        leads.prospect_id as person_key,
        leads.city,
        leads.country,
        leads.lead_source,
        leads.lead_origin as capture_method,
        coalesce(sources.channel, 'unassigned') as channel,
        false as is_test,
        leads.is_converted,
        not leads.refuses_email as accepts_email,
        not leads.refuses_calls as accepts_calls,
        true as is_undated,
        cast(cast($undated_on as timestamp) at time zone $time_zone as timestamptz) as captured_at
    from leads
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
)

select * from records
