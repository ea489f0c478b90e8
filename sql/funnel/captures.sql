with

methods as (
    select * from reference.capture_methods
),

forms as (
    select
        members.person_id,
        cast(contacts.seen_at at time zone $time_zone as date) as sent_date
    from identity.contacts as contacts
    inner join identity.members as members on contacts.contact_id = members.contact_id
    where contacts.kind = 'form'
),

-- The CRM writes down what a form brought on the same day or the next.
formed as (
    select distinct records.record_id
    from forms
    inner join identity.records as records on forms.person_id = records.person_id
    where cast(records.captured_at at time zone $time_zone as date) - forms.sent_date
        between 0 and 1
),

campaigns as (
    select
        lead_id,
        part as campaign
    from funnel.lead_dimensions
    where dimension = 'campaign' and part <> '(unknown)'
),

captured as (
    select
        lead_records.record_id,
        lead_records.channel,
        coalesce(
            written.capture_method,
            lower(btrim(nfkc(lead_records.capture_method))),
            case when formed.record_id is not null then 'form' end,
            ways.capture_method,
            '(unknown)'
        ) as capture_method,
        coalesce(campaigns.campaign, lead_records.campaign_id, '(no campaign)') as campaign,
        case
            when lead_records.employees >= 1000 then 'enterprise'
            when lead_records.employees >= 100 then 'mid-size'
            when lead_records.employees >= 0 then 'small'
            else '(unknown)'
        end as segment
    from entities.lead_records as lead_records
    left join methods as written
        on written.kind = 'written'
            and lower(btrim(nfkc(lead_records.capture_method))) = written.word
    left join methods as ways on ways.kind = 'channel' and lead_records.channel = ways.word
    left join formed on lead_records.record_id = formed.record_id
    left join campaigns on lead_records.record_id = campaigns.lead_id
),

-- Only what the record itself said when it came: who joins it later changes nothing.
captures as (
    select
        record_id,
        capture_method,
        concat(channel, ' / ', campaign, ' / ', segment) as class_at_capture
    from captured
)

select * from captures
