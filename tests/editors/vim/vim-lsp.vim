" What a user of vim-lsp sees, with the lines of docs/start/others.md. $VIM_LSP is the folder of the plugin, $WORKSPACE
" one with documents.
execute 'source ' . fnameescape(expand('<sfile>:p:h') . '/report.vim')
execute 'set runtimepath^=' . fnameescape($VIM_LSP)
source ~/vim-lsp.vim
runtime plugin/lsp.vim
call lsp#enable()

" The findings of the buffer, each as the text that is marked and the message.
function! Found() abort
  let l:found = []
  let l:all = lsp#internal#diagnostics#state#_get_all_diagnostics_grouped_by_server_for_uri(lsp#utils#get_buffer_uri())
  for l:answer in values(l:all)
    for l:it in l:answer.params.diagnostics
      let [l:from, l:to] = [lsp#utils#position#lsp_to_vim('%', l:it.range.start), lsp#utils#position#lsp_to_vim('%', l:it.range.end)]
      call add(l:found, [strpart(getline(l:from[0]), l:from[1] - 1, l:to[1] - l:from[1]), l:it.message])
    endfor
  endfor
  return l:found
endfunction

execute 'edit ' . fnameescape($WORKSPACE . '/orders.asyncapi.yaml')
if !Wait('!empty(Found())')
  call Check('vim-lsp shows the finding', 0, lsp#get_server_status())
  call Finish()
endif
call Check('the finding is on the reference, and not more', Found()[0][0] ==# "'#/components/securitySchemes/acount'" && len(Found()) == 1, Found())
call Check('and says what is meant', Found()[0][1] =~# 'did you mean', Found())
call Finish()
