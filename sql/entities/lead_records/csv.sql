with

leads as (
    select * from staging.csv__leads
),

records as (
    select
        concat('csv:', leads._file, ':', coalesce(leads.id, cast(leads._line as text)))
            as record_id,
        'lead' as object_kind,
        leads.full_name,
        leads.email,
        leads.phone,
        leads.company,
        leads.lead_source,
        'list' as capture_method,
        coalesce(sources.channel, 'unassigned') as channel,
        case when leads.revenue is not null
            then coalesce(upper(btrim(leads.currency)), 'XXX') end as currency,
        leads.revenue,
        false as is_test,
        leads.created_at is null as is_undated,
        coalesce(
            leads.created_at,
            cast(cast($undated_on as timestamp) at time zone $time_zone as timestamptz)
        ) as captured_at
    from leads
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
)

select * from records
