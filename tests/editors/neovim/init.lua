-- The configuration of a user who installed what is in editors/neovim, and nothing else.
-- $ASYNCAPI_SECURITY_LSP is the server, $EDITORS_NEOVIM the folder editors/neovim.
vim.opt.runtimepath:prepend(os.getenv('EDITORS_NEOVIM'))
vim.o.swapfile = false
vim.cmd('filetype plugin on')

-- What the test wants to know about the end of a server, by client id.
_G.exits = {}

local server = os.getenv('ASYNCAPI_SECURITY_LSP')
if server then
  -- Only the program is replaced, the arguments stay those that users get.
  local cmd = vim.deepcopy(vim.lsp.config.asyncapi_security.cmd)
  cmd[1] = server
  vim.lsp.config('asyncapi_security', {
    cmd = cmd,
    on_exit = function(code, signal, id)
      _G.exits[id] = { code = code, signal = signal }
    end,
  })
end
vim.lsp.enable('asyncapi_security')
