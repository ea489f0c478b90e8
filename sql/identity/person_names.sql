with

given as (
    select full_name from entities.lead_records where full_name is not null
    union
    select full_name from entities.visitor_links where full_name is not null
),

spelled as (
    select
        full_name,
        btrim(regexp_replace(
            regexp_replace(
                fold_han(translate(
                    lower(nfkc(full_name)),
                    coalesce((select string_agg(variant, '' order by variant)
                        from reference.han_variants), ''),
                    coalesce((select string_agg(plain, '' order by variant)
                        from reference.han_variants), '')
                )),
                '[.·•]', '', 'g'
            ),
            '\s+', ' ', 'g'
        )) as normalised
    from given
),

marked as (
    select
        *,
        regexp_like(normalised, '\p{Han}') as is_han,
        regexp_like(normalised, '[*×?某]') as is_masked
    from spelled
),

-- 张总 and 张先生: a title of one character is one only behind a bare surname.
han_title as (
    select
        full_name,
        normalised,
        replace(normalised, ' ', '') as name,
        longest_suffix(
            replace(normalised, ' ', ''),
            (select string_agg(word, '|') from reference.honorifics)
        ) as title,
        is_masked
    from marked
    where is_han
),

han_untitled as (
    select
        *,
        left(name, length(name) - length(coalesce(title, ''))) as rest,
        longest_prefix(
            left(name, length(name) - length(coalesce(title, ''))),
            (select string_agg(surname, '|') from reference.surnames)
        ) as surname
    from han_title
),

han_split as (
    select
        full_name,
        normalised,
        surname as family_name,
        case
            when length(title) = 1 and rest <> coalesce(surname, '')
                then substr(name, length(coalesce(surname, '')) + 1)
            else substr(rest, length(coalesce(surname, '')) + 1)
        end as given_name,
        case when length(title) > 1 or rest = surname then title end as honorific,
        is_masked
    from han_untitled
),

han_names as (
    select
        split.full_name,
        split.normalised,
        split.family_name,
        nullif(split.given_name, '') as given_name,
        split.honorific,
        concat(split.family_name, split.given_name) as written_key,
        btrim(array_to_string(array_sort([
            replace(coalesce(surnames.reading, pinyin(split.family_name), ''), ' ', ''),
            replace(pinyin(split.given_name), ' ', '')
        ]), ' ')) as sound,
        split.is_masked
            or split.given_name = ''
            or length(concat(split.family_name, split.given_name)) < 2 as is_partial
    from han_split as split
    left join reference.surnames as surnames on split.family_name = surnames.surname
),

latin_title as (
    select
        *,
        longest_prefix(normalised, (
            select string_agg(concat(word, ' '), '|') from reference.honorifics
        )) as title,
        longest_suffix(replace(normalised, ',', ''), (
            select string_agg(concat(' ', word), '|') from reference.honorifics
        )) as degree
    from marked
    where not is_han
),

-- Zhang, Wei says which is the family name; Wei Zhang is read as such.
latin_words as (
    select
        *,
        regexp_match(
            regexp_replace(substr(normalised, length(coalesce(title, '')) + 1), concat(
                ',?', coalesce(degree, ''), '$'
            ), ''),
            '^([^,]*?),? *([^, ]+)$'
        ) as in_order,
        regexp_match(
            regexp_replace(substr(normalised, length(coalesce(title, '')) + 1), concat(
                ',?', coalesce(degree, ''), '$'
            ), ''),
            '^([^,]+), *([^,]+)$'
        ) as in_commas
    from latin_title
),

latin_split as (
    select
        full_name,
        normalised,
        coalesce(in_commas[1], in_order[2]) as family_name,
        coalesce(in_commas[2], in_order[1], '') as given_name,
        nullif(btrim(concat(title, degree)), '') as honorific,
        is_masked
    from latin_words
),

-- A short form may stand first or, where the order is swapped, last.
latin_names as (
    select
        split.full_name,
        split.normalised,
        split.family_name,
        nullif(split.given_name, '') as given_name,
        split.honorific,
        array_to_string(array_sort(string_to_array(btrim(concat(
            coalesce(firsts.given_name, split_part(split.given_name, ' ', 1)),
            regexp_replace(split.given_name, '^[^ ]*', ''), ' ',
            coalesce(lasts.given_name, split.family_name)
        )), ' ')), ' ') as written_key,
        split.is_masked or split.given_name = '' or split.family_name is null as is_partial
    from latin_split as split
    left join reference.name_variants as firsts
        on split_part(split.given_name, ' ', 1) = firsts.variant
    left join reference.name_variants as lasts on split.family_name = lasts.variant
),

names as (
    select *, written_key as sound from latin_names
    union all by name
    select * from han_names
),

judged as (
    select
        names.full_name,
        names.normalised,
        names.family_name,
        names.given_name,
        names.honorific,
        case when not names.is_partial and placeholders.word is null then names.written_key end
            as name_key,
        case when not names.is_partial and placeholders.word is null then names.sound end
            as sound_key,
        names.is_partial,
        placeholders.word is not null as is_placeholder
    from names
    left join reference.placeholders as placeholders
        on regexp_replace(names.normalised, '[0-9 ]+$', '') = placeholders.word
)

select * from judged
