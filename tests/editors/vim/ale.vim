" What a user of ALE sees, with the lines of docs/start/others.md. $ALE is the folder of the plugin, $WORKSPACE one
" with documents.
execute 'source ' . fnameescape(expand('<sfile>:p:h') . '/report.vim')
execute 'set runtimepath^=' . fnameescape($ALE)
runtime plugin/ale.vim
source ~/ale.vim

" The findings, each as the text between its columns and the message.
function! Found() abort
  return map(copy(ale#engine#GetLoclist(bufnr('%'))),
  \ {_, it -> [strpart(getline(it.lnum), it.col - 1, get(it, 'end_col', it.col) - it.col + 1), it.text]})
endfunction

execute 'edit ' . fnameescape($WORKSPACE . '/orders.asyncapi.yaml')
ALELint
if !Wait('!empty(Found())')
  call Check('ALE shows the finding', 0, Found())
  call Finish()
endif
let s:finding = Found()[0]
call Check('the finding is on the reference, and not more', s:finding[0] ==# "'#/components/securitySchemes/acount'" && len(Found()) == 1, Found())
call Check('and says what is meant', s:finding[1] =~# 'did you mean', s:finding)

" Where a test can read it.
let g:ale_hover_to_preview = 1
call cursor(1, 1)
call search('scramSha512')
ALEHover
call Check('a scheme type is explained', Wait('join(getbufline("ALEPreviewWindow", 1, "$")) =~# "SCRAM"'), getbufline('ALEPreviewWindow', 1, '$'))

call setline(search('acount'), "      - $ref: '#/components/securitySchemes/account'")
" Vim says so when somebody types.
doautocmd TextChanged
call Check('mended by hand, it goes', Wait('empty(Found())'), Found())
write

call writefile(['services: {}'], $WORKSPACE . '/docker-compose.yml')
execute 'edit ' . fnameescape($WORKSPACE . '/docker-compose.yml')
call Check('no server for other files', empty(AsyncapiSecurityRoot(bufnr('%'))), AsyncapiSecurityRoot(bufnr('%')))
call Finish()
