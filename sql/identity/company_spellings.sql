with

given as (
    select company
    from entities.lead_records
    where company is not null
    union
    select name
    from entities.accounts
    where name is not null
),

-- Two companies may share a name; where accounts of it differ in their codes, none is the name's.
account_codes as (
    select
        name,
        max(regexp_replace(upper(nfkc(credit_code)), '[^0-9A-Z]', '', 'g')) as code
    from entities.accounts
    where credit_code is not null
    group by name
    having count(distinct regexp_replace(upper(nfkc(credit_code)), '[^0-9A-Z]', '', 'g')) = 1
),

spelled as (
    select
        company,
        btrim(regexp_replace(
            fold_han(translate(
                lower(nfkc(company)),
                coalesce((select string_agg(variant, '' order by variant)
                    from reference.han_variants), ''),
                coalesce((select string_agg(plain, '' order by variant)
                    from reference.han_variants), '')
            )),
            '\s+', ' ', 'g'
        )) as normalised
    from given
),

coded as (
    select
        spelled.company,
        spelled.normalised,
        regexp_match(
            concat(' ', upper(spelled.normalised), ' '),
            '[^0-9A-Z]([0-9A-HJ-NPQRTUWXY]{18})[^0-9A-Z]'
        )[1] as typed_code,
        regexp_match(account_codes.code, '^[0-9A-HJ-NPQRTUWXY]{18}$')[1] as account_code,
        regexp_like(spelled.normalised, '\p{Han}') as is_han
    from spelled
    left join account_codes on spelled.company = account_codes.name
),

-- A unified social credit code is one if its last character proves the others (GB 32100-2015).
proven as (
    select
        *,
        case
            when right(typed_code, 1) = check_character(
                left(typed_code, 17), '0123456789ABCDEFGHJKLMNPQRTUWXY', '3'
            ) then typed_code
            when right(account_code, 1) = check_character(
                left(account_code, 17), '0123456789ABCDEFGHJKLMNPQRTUWXY', '3'
            ) then account_code
        end as registration_code
    from coded
),

named as (
    select
        *,
        regexp_replace(
            regexp_replace(
                replace(normalised, lower(coalesce(registration_code, '?')), ''),
                '[.''’`]', '', 'g'
            ),
            '[&+]', ' and ', 'g'
        ) as words
    from proven
),

bare as (
    select
        company,
        normalised,
        case when is_han then regexp_replace(words, '[^\p{L}\p{N}]', '', 'g')
            else btrim(regexp_replace(words, '[^\p{L}\p{N}]+', ' ', 'g')) end as name,
        registration_code,
        is_han
    from named
)

select * from bare
