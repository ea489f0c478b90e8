with

articles as (
    select
        *,
        longest_prefix(name, (
            select string_agg(concat(word, ' '), '|') from reference.company_affixes
            where kind = 'article'
        )) as article
    from identity.company_spellings
    where not is_han
),

whole_names as (
    select
        *,
        substr(name, length(coalesce(article, '')) + 1) as whole
    from articles
),

-- acme ltd london branch: behind a legal form a branch is one. Olive Branch is a company.
branches as (
    select
        *,
        regexp_match(
            whole,
            '^(.+ (?:' || (
                select string_agg(word, '|' order by length(word) desc, word)
                from reference.company_affixes
                where kind = 'legal_form'
            ) || ')) ((?:.* )?(?:' || (
                select string_agg(word, '|') from reference.company_affixes where kind = 'branch'
            ) || ')(?: .*)?)$'
        ) as of_branch
    from whole_names
),

heads as (
    select
        *,
        coalesce(of_branch[1], whole) as head
    from branches
),

-- Twice: forms come in pairs that no list has, as in gmbh co kg.
last_forms as (
    select
        *,
        longest_suffix(head, (
            select string_agg(concat(' ', word), '|') from reference.company_affixes
            where kind = 'legal_form'
        )) as last_form
    from heads
),

rests as (
    select
        *,
        regexp_replace(
            left(head, length(head) - length(coalesce(last_form, ''))), ' and$', ''
        ) as rest
    from last_forms
),

first_forms as (
    select
        *,
        longest_suffix(rest, (
            select string_agg(concat(' ', word), '|') from reference.company_affixes
            where kind = 'legal_form'
        )) as first_form
    from rests
),

parts as (
    select
        company,
        normalised,
        regexp_replace(
            left(rest, length(rest) - length(coalesce(first_form, ''))), ' and$', ''
        ) as core,
        nullif(btrim(concat(first_form, last_form)), '') as legal_form,
        of_branch[2] as branch,
        registration_code
    from first_forms
),

-- One blank more or less makes no other company.
named as (
    select
        parts.company,
        parts.normalised,
        nullif(parts.core, '') as core,
        parts.legal_form,
        parts.branch,
        parts.registration_code,
        case when placeholders.word is null and length(parts.core) > 1
            then replace(parts.core, ' ', '') end as company_key,
        case when strpos(parts.core, ' ') > 0
            then regexp_replace(parts.core, '([^ ])[^ ]* ?', '\1', 'g') end as acronym,
        placeholders.word is not null or coalesce(length(parts.core), 0) < 2 as is_placeholder
    from parts
    left join reference.placeholders as placeholders on parts.core = placeholders.word
)

select * from named
