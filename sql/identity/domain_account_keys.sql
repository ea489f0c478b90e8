with

-- A record has one domain here: that of its mailbox, else that of its website. Whom a CRM places
-- makes no other account by a private mailbox.
mentions as (
    select
        mentions.*,
        coalesce(mentions.mail_domain, mentions.site_domain) as domain
    from identity.company_mentions as mentions
    left anti join identity.crm_account_keys as taken
        on coalesce(mentions.mail_domain, mentions.site_domain) = taken.key
            and taken.kind in ('domain', 'colleagues')
    left anti join identity.stated_accounts as stated on mentions.person_id = stated.person_id
    where coalesce(mentions.mail_domain, mentions.site_domain) is not null
),

keys as (
    select
        concat('domain:', domain) as account_id,
        'domain' as kind,
        domain as key,
        domain as variant,
        cast(null as text) as region,
        cast(null as text) as industry
    from mentions
    union
    select
        concat('domain:', domain),
        'credit_code',
        credit_code,
        '-',
        cast(null as text),
        cast(null as text)
    from mentions
    where credit_code is not null
    union
    -- Who names a branch names its company with it.
    select
        concat('domain:', domain),
        'name',
        company_key,
        concat(region, '/', industry),
        region,
        industry
    from mentions
    where company_key is not null
)

select * from keys
